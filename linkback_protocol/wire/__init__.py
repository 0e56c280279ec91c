"""The protocols as bytes: what comes in becomes values, what goes out becomes documents.

Nothing here does I/O or knows the time. One promise holds for every reader: any bytes give a value
or an error of `linkback_protocol.errors`, in a time linear in their number.
"""
