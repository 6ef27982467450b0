using System.Security.Cryptography;

namespace PollHttp.Requests;

/// <summary>
/// The line between the parts of a multipart content (RFC 2046 §5.1.1). Nobody who writes a part may be able to guess it, or the
/// part could hold further ones: 192 bits from the system's generator.
/// </summary>
internal static class Boundary
{
    private const int RandomBytes = 24;

    public static string Create() => Convert.ToHexString(RandomNumberGenerator.GetBytes(RandomBytes));
}
