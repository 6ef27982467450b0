using System.Security.Cryptography;

namespace PollHttp.Requests;

/// <summary>
/// Creates the boundary between the parts of a multipart content (RFC 2046 §5.1.1). The author of a part must not be able to guess it, or
/// the part could contain further parts: it has 192 bits from the system's generator.
/// </summary>
internal static class Boundary
{
    private const int RandomBytes = 24;

    public static string Create() => Convert.ToHexString(RandomNumberGenerator.GetBytes(RandomBytes));
}
