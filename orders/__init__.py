"""The order system of a shop, built on AWS's own SDK alone: deploy it here or on AWS unchanged. Start with `demo.py`.

Nothing here imports Eventyard: the platform is reached through `AWS_ENDPOINT_URL`, as any AWS is.
"""
