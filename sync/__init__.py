"""The only folder that knows ODK Central."""
