namespace PollHttp.Differential;

/// <summary>One coding as a server applies it.</summary>
/// <param name="Name">As in <see cref="Coded.Names"/>.</param>
/// <param name="Level">0 to 11, which each coding takes as it can.</param>
/// <param name="Strategy">Of zlib: 0 to 4.</param>
/// <param name="Window">The binary logarithm of the window, from 10 to 24, where it can be chosen.</param>
/// <param name="Members">Members or frames one after the other, where the coding has such.</param>
/// <param name="Flags">Odd: with a checksum, where that is a choice. From 2 on: with the size of the content, where that is a choice.</param>
public sealed record CodingUse(string Name, int Level, int Strategy, int Window, int Members, int Flags);
