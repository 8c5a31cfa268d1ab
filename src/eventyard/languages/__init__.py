"""Pure languages: `compile(text) -> thing` raises a precise error, `thing(input) -> output` never does anything else.

Nothing here knows a store, a clock or a network; only `base/` may be imported. Each sub-folder or file is one language.
"""
