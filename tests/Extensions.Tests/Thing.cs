namespace PollHttp.Extensions.Http.Tests;

public sealed record Thing(string Name, int Count);
