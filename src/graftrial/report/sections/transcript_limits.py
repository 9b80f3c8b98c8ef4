"""What stands under every table of transcripts: what the scores can say, what they cannot, and where they come from."""

LIMITS = (
    (
        "They say how active named genes are in this piece of tissue, which of 537 reference biopsies it "
        "resembles, and, with two good lanes of one patient, which way it went. They do not diagnose "
        "rejection: that needs histology, antibodies and the patient."
    ),
    (
        "A gene set is weak alone. The best list for AMR separates AMR from the rest of the reference "
        "biopsies with an AUC of 0.76, the best for TCMR with 0.84, and none is specific: cytotoxic and "
        "interferon genes rise in both rejections, in BK nephropathy and in injury."
    ),
    (
        "The reference biopsies come from nine centres, 69% from one. A classifier loses much when a "
        "whole centre is held out, and only these biopsies are public: no external validation is possible "
        "here. Another laboratory's tissue, fixation, lot and scanner may shift every number."
    ),
    (
        "Intervals of gene sets hold the noise of counting alone; those of a classifier the spread of its "
        "refits. No replicate lane is public, so the technical noise is unknown and larger."
    ),
    (
        "Values are brought to a fixed reference by seven housekeeping genes, so that a later patient "
        "changes no earlier value. With little RNA, background is multiplied with the rest and every mean "
        "rises; ranks do not rise with it."
    ),
)
REFERENCES = (
    "Reference biopsies and single-sample normalisation: HistoMx, Paris Transplant Group (MIT), Am J "
    "Transplant 2025, PMID 40345499. singscore: Foroutan M et al. BMC Bioinformatics 2018;19:404. Gene "
    "lists with their sources: docs/transcripts.md."
)
