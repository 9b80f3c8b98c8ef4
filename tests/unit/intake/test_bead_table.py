"""The generic bead table: mapped columns, decimal commas, several beads of one antigen."""

from graftrial.intake.bead_table import antigen_rows, bead_columns, read_bead_table

HEADER = "subject_id,date,bead_id,specificity,mfi_raw,lot\n"


def read(tmp_path, text, columns=None):
    path = tmp_path / "beads.csv"
    path.write_text(text, encoding="utf-8")
    return read_bead_table(path, columns)


def codes(table):
    return [each.code for each in table.findings]


def test_several_beads_of_one_antigen_give_the_highest(tmp_path):
    table = read(tmp_path, HEADER + "S1,2024-01-01,1,A*01:01,500,L1\nS1,2024-01-01,2,A*01:01,900,L1\n")
    row = antigen_rows(table.beads).row(0, named=True)
    assert (row["mfi"], row["mean_mfi"], row["n_beads"], row["lot"]) == (900.0, 700.0, 2, "L1")
    assert not table.findings


def test_a_cell_with_dashes_and_public_epitopes_names_its_antigens_only(tmp_path):
    table = read(tmp_path, HEADER + 'S1,2024-01-01,1,"B*14:01, Bw6, -",500,L\n')
    assert table.beads["specificity"].to_list() == ["B*14:01"]


def test_control_beads_are_set_apart(tmp_path):
    table = read(tmp_path, HEADER + "S1,2024-01-01,PC,,18000,L\nS1,2024-01-01,7,A*01:01,500,L\n")
    assert table.controls["bead_id"].to_list() == ["PC"] and table.beads["bead_id"].to_list() == ["7"]


def test_decimal_commas_are_read_behind_semicolons(tmp_path):
    table = read(tmp_path, HEADER.replace(",", ";") + "S1;2024-01-01;1;A*01:01;500,5;L\n")
    assert table.beads["mfi_raw"].to_list() == [500.5]


def test_what_cannot_be_read_is_a_finding_and_the_rest_is_kept(tmp_path):
    text = (
        HEADER
        + "S1,2024-01-01,1,A*01:01,-5,L\nS1,01.02.2024,2,A*02:01,<50,L\nS1,2024-01-01,3,A*03:01,700,L\n"
    )
    table = read(tmp_path, text)
    assert sorted(codes(table)) == ["GT-AB-009", "GT-AB-015", "GT-AB-015"]
    assert table.beads["mfi_raw"].to_list() == [None, None, 700.0]


def test_a_missing_column_blocks_and_a_mapping_supplies_it(tmp_path):
    text = HEADER.replace("mfi_raw", "Raw") + "S1,2024-01-01,1,A*01:01,500,L\n"
    assert codes(read(tmp_path, text)) == ["GT-AB-014"]
    assert read(tmp_path, text, {"mfi_raw": "Raw"}).beads["mfi_raw"].to_list() == [500.0]


def test_every_column_says_what_it_means():
    assert all(each.means for each in bead_columns().values())
