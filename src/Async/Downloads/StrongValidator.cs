using PollHttp.Responses;

namespace PollHttp.Downloads;

/// <summary>Determines what If-Range may contain: a strong entity tag, or a modification time that is strong (RFC 9110
/// §8.8,</summary>
internal static class StrongValidator
{
    /// <summary>Returns the strong validator of a response, or null.</summary>
    public static string? Of(HeaderBlock headers)
    {
        if (headers.TryGetValue("ETag", out string? tag))
        {
            return IsStrongTag(tag) ? tag : null;
        }

        // A date is strong if the server's clock was at least one second later when it responded (<summary>8.8.2.2).</summary>
        return headers.TryGetValue("Last-Modified", out string? modified) && HttpDate.TryParse(modified, out DateTimeOffset modifiedAt)
            && headers.TryGetValue("Date", out string? date) && HttpDate.TryParse(date, out DateTimeOffset now)
            && now - modifiedAt >= TimeSpan.FromSeconds(1)
            ? modified
            : null;
    }

    /// <summary>Determines whether the response's content is not that of the validator.</summary>
    public static bool Contradicts(HeaderBlock headers, string validator) =>
        headers.TryGetValue(IsStrongTag(validator) ? "ETag" : "Last-Modified", out string? value) && value != validator;

    public static bool IsStrongTag(string tag) => tag.Length >= 2 && tag[0] == '"' && tag[^1] == '"';
}
