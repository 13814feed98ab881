"""What is printed: the re-tag label as ZPL, PDF and PNG, and the sheet of command barcodes.

Importing the package loads none of its libraries: a writer brings its own in when it is imported.
"""
