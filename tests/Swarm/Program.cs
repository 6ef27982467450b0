using PollHttp.Swarm;

SwarmOptions options;
try
{
    options = SwarmOptions.Parse(args);
    Family.Of(0, options.Only);
}
catch (Exception error) when (error is ArgumentException or FormatException)
{
    Console.Error.WriteLine(error.Message);
    Console.Error.WriteLine("--seed S, --seeds N or --minutes M, [--sim | --sockets], [--only FAMILY], [--keep 1,2,3], [--print], [--no-shrink]");
    return 2;
}

return options.IsChild ? Child.Run(options) : Parent.Run(options);
