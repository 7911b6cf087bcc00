"""The rules that come with mlint, a folder per family; each rule is a module and the page beside it."""
