namespace PollHttp.Differential;

/// <summary>A stream that comes in pieces.</summary>
internal sealed class PiecesStream(byte[] body, Random random, int pieces) : MemoryStream(body)
{
    // The other overload of a derived class ends in this one.
    public override int Read(byte[] buffer, int offset, int count) =>
        Position == Length ? 0 : base.Read(buffer, offset, Math.Min(count, Pieces.NextSize(random, pieces, (int)(Length - Position))));
}
