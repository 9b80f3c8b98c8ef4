"""Invented studies: a generator with a documented model and a seed. Not a forecast, and never evidence.

The trial is the kind this house serves: autologous mesenchymal stromal cells after standard therapy in
chronic active antibody-mediated rejection of a kidney graft. `docs/simulate.md` describes the model for
users; in short:

- **Who.** Subjects consent one after the other from 16 January 2023, at three invented sites. Fates are
  dealt in blocks of twelve: seven ordinary courses, one screen failure, one product failure, one
  withdrawal, two graft losses (one by thrombotic microangiopathy soon after the cells, one by slow
  decline). Few die or are lost.
- **When.** Screening, standard therapy of 7 plasmaphereses with 7 × 100 mg/kg IVIG and steroid, cells on
  day 0 and day 28, monthly visits to month 12. Data end 345 days after the last consent: some follow-up is
  still open.
- **Kidney.** log creatinine(t) = a + b t + noise, a and b normal over subjects, noise 6 %; a graft that
  will be lost rises on a straight line of the log to 7 mg/dL on the day of loss. Sites report in their own
  units.
- **Tissue.** Latent activity and chronicity (0 to 1) give the mean of every lesion score; scores are
  rounded normals that obey the definitions. In microangiopathy the inflammation falls while the graft is
  dying.
- **Immunology.** Typing is drawn allele by allele; antibodies are against mismatched donor alleles;
  intensities are lognormal, lower after plasmapheresis, and return.
- **Cells.** Dose per kg is normal around 97 % of plan (SD 5.5 %). A product outside its limits, or one that
  still waits for its sterility test, is never infused.
- **Harm.** Events are Poisson, four a year, a third of them soon after an infusion, with grades,
  seriousness and suspicion by the table `events.toml`; fate brings the rest.
- **Gaps.** Some cells are empty, some visits missed or late, some onsets known to the month only: as in
  life.

Numbers come from PCG64, one stream per seed, subject and table; every cell is written rounded. Same seed,
same bytes.
"""

from graftrial.simulate.folder import write_synthetic_study

__all__ = ["write_synthetic_study"]
