"""The model in a browser: what is written beside the weights, the engine, preprocessing and views.

``engine/`` is JavaScript, in modules that browsers load as they are. ``engine.js`` says what a page calls,
``model.js`` what can be asked; the model answers in a worker of its own (``worker.js``), or in the page where
workers do not run (``local.js``). ``preprocess/preprocessing.js`` prepares what is given, ``views/views.js``
draws what comes out, pixel by pixel as the app does; Python hands both their constants.

The networks run in onnxruntime-web (`tools/vendor_onnxruntime.py`): WebAssembly, one thread. Arithmetic of
one's own, a few kilobytes of WebAssembly, would be ready sooner and need 3.7 MB less, but is code to keep;
onnxruntime-web does what is needed. Measured with `python -m benchmarks.live_engine` (Chromium 156, two cores
of an AMD EPYC; the thread's processor time, and with four other programs at work on the two cores):

===============================  =====  =============  ===============
what                             asked  alone          four others
===============================  =====  =============  ===============
ready once its bytes are there   3 s    0.5 s          1.5 to 2.4 s
completion with a sample         12 ms  3.1 to 3.4 ms  3.9 to 4.1 ms
10x10 grids of both scripts      25 ms  9.8 ms         10 to 10.5 ms
===============================  =====  =============  ===============
"""
