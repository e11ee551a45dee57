"""The signed-in side's own pages: today (今天), notices, the account, the living design page."""
