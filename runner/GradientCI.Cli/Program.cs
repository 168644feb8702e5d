using GradientCI.Cli;

return await CommandLine.RunAsync(args, Terminal.OfThisProcess());
