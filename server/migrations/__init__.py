"""How the database got its shape: one numbered step per release that changes it."""
