using PollHttp.Core.Http2.Hpack;

namespace PollHttp.Core.Tests;

internal static class HpackEncoding
{
    /// <summary>Encodes a block of these fields.</summary>
    public static void Encode(this HpackEncoder encoder, List<(string Name, string Value)> fields)
    {
        encoder.Start();
        foreach ((string name, string value) in fields)
        {
            encoder.Append(name, value);
        }
    }
}
