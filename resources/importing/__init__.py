"""Resources that come in many at a time (批量导入): by a file of lines, by the folder."""
