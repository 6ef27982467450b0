namespace PollHttp.DropIn;

/// <summary>One item of the catalog.</summary>
public sealed record Item(string Name);
