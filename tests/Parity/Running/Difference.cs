namespace PollHttp.Parity.Running;

/// <summary>A difference that is meant: what users read about it is the row of docs/swap-in.md that starts with its id.</summary>
/// <param name="Id">The row.</param>
/// <param name="Facets">The facets of an observation in which it shows; any other that differs is a bug.</param>
internal sealed record Difference(string Id, params string[] Facets);
