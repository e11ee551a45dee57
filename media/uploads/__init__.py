"""Uploads in parts (分片上传): begun, broken off, taken up again, joined, checked."""
