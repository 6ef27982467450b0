using System.Security.Cryptography;
using System.Text.RegularExpressions;

namespace PollHttp.Parity.Running;

/// <summary>Takes an answer to a Digest challenge apart (RFC 7616), and computes it anew: the random part can't be compared.</summary>
internal static partial class DigestText
{
    /// <summary>The parameters in order of their names, without what is random, and whether the response is right.</summary>
    public static string Check(RawRequest request, string field, string user, string password)
    {
        string? value = request.Field(field);
        if (value?.StartsWith("Digest ", StringComparison.OrdinalIgnoreCase) != true)
        {
            return value ?? "nothing";
        }

        Dictionary<string, string> given = [];
        foreach (Match match in Parameter().Matches(value[7..]))
        {
            given[match.Groups[1].Value.ToLowerInvariant()] = match.Groups[2].Success ? match.Groups[2].Value : match.Groups[3].Value;
        }

        string right = Response(request, given, user, password) == given.GetValueOrDefault("response") ? "right" : "wrong";
        string shown = string.Join(", ", given
            .Where(static p => p.Key is not ("response" or "cnonce"))
            .OrderBy(static p => p.Key, StringComparer.Ordinal)
            .Select(static p => $"{p.Key}={(p.Key == "algorithm" ? p.Value.ToUpperInvariant() : p.Value)}")); // a token without case
        return $"Digest {shown}: {right}";
    }

    private static string Response(RawRequest request, Dictionary<string, string> given, string user, string password)
    {
        string algorithm = given.GetValueOrDefault("algorithm", "MD5").ToUpperInvariant();
        string nonce = given.GetValueOrDefault("nonce", "");
        string client = given.GetValueOrDefault("cnonce", "");
        string Hash(string text)
        {
            byte[] bytes = Encoding.UTF8.GetBytes(text);
            return Convert.ToHexStringLower(algorithm.StartsWith("SHA-256", StringComparison.Ordinal) ? SHA256.HashData(bytes) : MD5.HashData(bytes));
        }

        string first = Hash($"{user}:{given.GetValueOrDefault("realm")}:{password}");
        first = algorithm.EndsWith("-SESS", StringComparison.Ordinal) ? Hash($"{first}:{nonce}:{client}") : first;
        string second = Hash($"{request.Method}:{given.GetValueOrDefault("uri")}");
        return given.TryGetValue("qop", out string? qop)
            ? Hash($"{first}:{nonce}:{given.GetValueOrDefault("nc")}:{client}:{qop}:{second}")
            : Hash($"{first}:{nonce}:{second}");
    }

    [GeneratedRegex("([\\w*]+)\\s*=\\s*(?:\"((?:[^\"\\\\]|\\\\.)*)\"|([^,\\s]+))")]
    private static partial Regex Parameter();
}
