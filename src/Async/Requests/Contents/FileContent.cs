using Microsoft.Win32.SafeHandles;

namespace PollHttp.Requests;

/// <summary>Represents a content that is part of a file.</summary>
internal sealed class FileContent(SafeFileHandle file, long offset, long length) : RequestContent
{
    public override long? Length => length;

    public override bool IsReplayable => true;

    internal override bool IsShareable => true;

    internal override string Description => "RequestContent.FromFile";

    public override async ValueTask WriteToAsync(ContentSink sink, CancellationToken cancellationToken = default)
    {
        var buffer = new PieceBuffer();
        ValueTask writing = default;
        for (long sent = 0; sent < length;)
        {
            Memory<byte> room = RoomIn(buffer, sent);
            int count = sink.IsVirtual
                ? RandomAccess.Read(file, room.Span, offset + sent)
                : await RandomAccess.ReadAsync(file, room, offset + sent, cancellationToken).ConfigureAwait(sink.KeepsContext);
            await writing.ConfigureAwait(sink.KeepsContext);
            writing = sink.WriteAsync(Piece(buffer, count, sent));
            sent += count;
            buffer.AfterPiece(count, writing.IsCompletedSuccessfully);
        }

        await writing.ConfigureAwait(sink.KeepsContext);
        buffer.Return();
    }

    public override void WriteTo(ContentSink sink)
    {
        var buffer = new PieceBuffer();
        for (long sent = 0; sent < length;)
        {
            int count = RandomAccess.Read(file, RoomIn(buffer, sent).Span, offset + sent);
            sink.Write(Piece(buffer, count, sent));
            sent += count;
            buffer.AfterPiece(count, isWritten: true);
        }

        buffer.Return();
    }

    private Memory<byte> RoomIn(in PieceBuffer buffer, long sent) =>
        buffer.Memory[..(int)Math.Min(buffer.Memory.Length, length - sent)];

    private ReadOnlyMemory<byte> Piece(in PieceBuffer buffer, int count, long sent) => count > 0
        ? buffer.Memory[..count]
        : throw new EndOfStreamException(
            $"The file ended after {sent} of the {length} bytes to send: it has become shorter since the content was made.");
}
