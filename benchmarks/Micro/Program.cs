using BenchmarkDotNet.Running;

// No arguments: a menu. `--filter '*'` runs all; `--job short` is enough to see an allocation.
BenchmarkSwitcher.FromAssembly(typeof(Program).Assembly).Run(args);
