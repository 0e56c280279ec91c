"""What a run looks like to a reader or to a program; everything from the wire is hostile here."""
