namespace PollHttp.Authentication;

/// <summary>Describes an algorithm of the Digest scheme. SHA-512-256 is missing, since the platform does not have it.</summary>
internal sealed record DigestAlgorithm(string Name, bool IsSha256, bool IsSession, int Strength)
{
    private static readonly DigestAlgorithm[] s_all =
    [
        new("MD5", false, false, 1),
        new("MD5-sess", false, true, 1),
        new("SHA-256", true, false, 2),
        new("SHA-256-sess", true, true, 2),
    ];

    /// <summary>Returns the algorithm of that name; MD5 if no name was given; null for an unknown one.</summary>
    public static DigestAlgorithm? Find(string? name) =>
        string.IsNullOrWhiteSpace(name) ? s_all[0] : Array.Find(s_all, a => a.Name.Equals(name, StringComparison.OrdinalIgnoreCase));
}
