"""Requests to take something public down (下架申请), by anyone, decided by its editors."""
