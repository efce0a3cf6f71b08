"""The commands of `cmdb` that come in groups, one module each."""
