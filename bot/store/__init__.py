"""What is kept: SQLAlchemy tables and queries, one module per thing stored.

Rows are rows: plain functions turn them into the types of the rooms above. Every function takes an open
connection, so that callers decide what is one transaction.
"""
