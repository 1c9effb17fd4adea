"""Makes indexes: files to articles, articles to passages, passages to vectors, on disk.

Nothing is imported here, so that `import index` costs nothing.
"""
