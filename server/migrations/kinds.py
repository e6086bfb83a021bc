"""Column types as steps write them: what is stored, without how the code reads it."""

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import JSONB

INSTANT = sa.DateTime(timezone=True)
JSON = sa.JSON().with_variant(JSONB(), "postgresql")
SEALED = sa.LargeBinary()
