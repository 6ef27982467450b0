namespace PollHttp.Differential;

/// <summary>Shows octets as text.</summary>
internal static class Printable
{
    public static string Of(string latin1) =>
        string.Concat(latin1.Select(static c => c is >= ' ' and <= '~' and not '\\' ? c.ToString() : $"\\x{(int)c:x2}"));
}
