using PollHttp.Testing;

namespace PollHttp.Parity.Differential;

/// <summary>A frame of a script that can be changed, its fields too as long as they are literals.</summary>
/// <param name="Frame">The frame. Its payload counts where there are no fields.</param>
/// <param name="Fields">The fields of its block, or null.</param>
/// <param name="LengthError">By how much the length in its header is wrong.</param>
internal sealed record ScriptFrame(Http2Frame Frame, (string Name, string Value)[]? Fields = null, int LengthError = 0)
{
    /// <summary>Makes HEADERS whose fields can be changed.</summary>
    public static ScriptFrame Head(bool endsStream, params (string Name, string Value)[] fields) => new(Http2Frame.Headers(1, endsStream, Array.Empty<byte>()), fields);

    /// <summary>Gets the frame with its payload, of which the fields are made.</summary>
    public Http2Frame Whole => Fields is null ? Frame : Frame with { Payload = Http2Fields.Encode(Fields) };

    /// <summary>Gets the frame with a payload in place of its fields.</summary>
    public ScriptFrame With(ReadOnlyMemory<byte> payload) => this with { Frame = Frame with { Payload = payload }, Fields = null };

    public byte[] ToArray()
    {
        byte[] octets = Whole.ToArray();
        int length = ((octets[1] << 8) | octets[2]) + LengthError;
        octets[1] = (byte)(length >> 8);
        octets[2] = (byte)length;
        return octets;
    }
}
