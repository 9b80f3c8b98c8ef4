"""The page of one biopsy's transcripts, its pictures, and the picture of a cartridge. They compute nothing."""
