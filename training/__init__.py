"""Trains the two stance models. Torch is needed here only; at run time ``pipeline.tag`` reads the ONNX files.

python -m training directed --data FOLDER --out FOLDER
python -m training authorial --data FOLDER --out FOLDER
"""
