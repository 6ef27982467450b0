using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace PollHttp.Authentication;

/// <summary>
/// Creates answers to one Digest challenge (RFC 7616), each with its own count. It belongs to one origin or proxy, one realm and one
/// credential, and is never used for another. Thread safety: safe for use from several threads.
/// </summary>
internal sealed class DigestSession
{
    public const string Scheme = "Digest";

    private readonly Challenge _challenge;
    private readonly DigestAlgorithm _algorithm;
    private readonly bool _hasQop;
    private readonly string _user;
    private readonly string _secret;
    private readonly string _realm;
    private readonly string _nonce;
    private readonly string _clientNonce;
    private int _count;

    private DigestSession(Challenge challenge, DigestAlgorithm algorithm, string realm, string nonce, string user, string password, string clientNonce)
    {
        _challenge = challenge;
        _algorithm = algorithm;
        _realm = realm;
        _nonce = nonce;
        _user = user;
        _hasQop = !IsBlank(challenge["qop"]);
        _clientNonce = clientNonce;
        string secret = Hash($"{user}:{realm}:{password}");
        _secret = algorithm.IsSession ? Hash($"{secret}:{nonce}:{clientNonce}") : secret;
    }

    /// <summary>Determines whether the challenge refuses only an old nonce, so that the same credential may be tried again.</summary>
    public static bool IsStale(Challenge challenge) => "true".Equals(challenge["stale"], StringComparison.OrdinalIgnoreCase);

    /// <summary>Returns how strong the answer to a challenge would be; 0 for a challenge that can't be answered.</summary>
    public static int StrengthOf(Challenge challenge) =>
        challenge.Is(Scheme) && challenge["realm"] is not null && challenge["nonce"] is not null && OffersAuth(challenge["qop"])
            ? DigestAlgorithm.Find(challenge["algorithm"])?.Strength ?? 0
            : 0;

    /// <summary>Creates a session for a challenge that can be answered.</summary>
    public static DigestSession Create(Challenge challenge, string user, string password, string? clientNonce = null)
    {
        DigestAlgorithm algorithm = StrengthOf(challenge) > 0
            ? DigestAlgorithm.Find(challenge["algorithm"])!
            : throw new ArgumentException("The challenge can't be answered.", nameof(challenge));
        return new(challenge, algorithm, challenge["realm"]!, challenge["nonce"]!, user, password, clientNonce ?? NewNonce());
    }

    /// <summary>Returns the value of Authorization for a request. The target must be exactly as it is sent.</summary>
    public string Authorize(string method, string target)
    {
        string count = Interlocked.Increment(ref _count).ToString("x8", CultureInfo.InvariantCulture);
        string request = Hash($"{method}:{target}");
        string response = _hasQop
            ? Hash($"{_secret}:{_nonce}:{count}:{_clientNonce}:auth:{request}")
            : Hash($"{_secret}:{_nonce}:{request}");

        StringBuilder value = new("Digest ");
        AppendUser(value);
        Append(value, "realm", _realm);
        Append(value, "nonce", _nonce);
        Append(value, "uri", target);
        if (!IsBlank(_challenge["algorithm"]))
        {
            value.Append(", algorithm=").Append(_algorithm.Name);
        }

        Append(value, "response", response);
        if (_hasQop)
        {
            value.Append(", qop=auth, nc=").Append(count);
            Append(value, "cnonce", _clientNonce);
        }

        if (_challenge["opaque"] is { } opaque)
        {
            Append(value, "opaque", opaque);
        }

        return value.ToString();
    }

    private static string NewNonce() => Convert.ToHexString(RandomNumberGenerator.GetBytes(16));

    /// <summary>Determines whether a list is missing or empty. Servers older than RFC 2617 send an empty list for none.</summary>
    private static bool IsBlank([NotNullWhen(false)] string? value) => value is null || value.AsSpan().Trim(" \t,").IsEmpty;

    private static bool OffersAuth(string? qop) =>
        IsBlank(qop) || qop.Split(',', StringSplitOptions.TrimEntries).Contains("auth", StringComparer.OrdinalIgnoreCase);

    private static void Append(StringBuilder value, string name, string text)
    {
        value.Append(", ").Append(name).Append("=\"");
        foreach (char c in text)
        {
            if (c is '"' or '\\')
            {
                value.Append('\\');
            }

            value.Append(c);
        }

        value.Append('"');
    }

    private bool IsUtf8 => "UTF-8".Equals(_challenge["charset"], StringComparison.OrdinalIgnoreCase);

    private void AppendUser(StringBuilder value)
    {
        int start = value.Length;
        if ("true".Equals(_challenge["userhash"], StringComparison.OrdinalIgnoreCase))
        {
            Append(value, "username", Hash($"{_user}:{_realm}"));
            value.Append(", userhash=true");
        }
        else if (IsUtf8 && !System.Text.Ascii.IsValid(_user))
        {
            value.Append(", username*=UTF-8''").Append(Uri.EscapeDataString(_user)); // RFC 8187
        }
        else
        {
            Append(value, "username", _user);
        }

        value.Remove(start, ", ".Length);
    }

    [SuppressMessage("Security", "CA5351", Justification = "RFC 7616 still has MD5, and servers that offer nothing else.")]
    private string Hash(string text)
    {
        byte[] bytes = (IsUtf8 ? Encoding.UTF8 : Encoding.Latin1).GetBytes(text);
        return Convert.ToHexString(_algorithm.IsSha256 ? SHA256.HashData(bytes) : MD5.HashData(bytes)).ToLowerInvariant();
    }
}
