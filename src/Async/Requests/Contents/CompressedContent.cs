using System.IO.Compression;

namespace PollHttp.Requests;

/// <summary>Represents a content that is compressed as it is sent.</summary>
internal sealed class CompressedContent : RequestContent
{
    private readonly RequestContent _inner;
    private readonly ContentCodings _coding;
    private readonly CompressionLevel _level;
    private readonly string _name;

    public CompressedContent(RequestContent inner, ContentCodings coding, CompressionLevel level)
    {
        _inner = inner;
        _coding = coding;
        _level = level;
        _name = coding switch
        {
            ContentCodings.GZip => "gzip",
            ContentCodings.Brotli => "br",
            ContentCodings.Deflate => "deflate",
            _ => throw new ArgumentOutOfRangeException(nameof(coding), coding, "A content can be compressed by GZip, Deflate or Brotli, one at a time."),
        };
    }

    public override bool IsReplayable => _inner.IsReplayable;

    internal override bool IsShareable => _inner.IsShareable;

    internal override bool HasHeaders => true;

    internal override HeaderList? TrailersOrNull => base.TrailersOrNull ?? _inner.TrailersOrNull;

    internal override string Description => _inner.Description;

    public override async ValueTask WriteToAsync(ContentSink sink, CancellationToken cancellationToken = default)
    {
        var gather = new GatheringSink(sink);
        Stream compressor = Open(gather);
        await using (compressor.ConfigureAwait(sink.KeepsContext))
        {
            try
            {
                await _inner.WriteToAsync(new StreamSink(compressor, sink), cancellationToken).ConfigureAwait(sink.KeepsContext);
            }
            catch
            {
                gather.Discard(); // closing the compressor would end an incomplete content as if it were complete
                throw;
            }
        }

        await gather.FlushAsync().ConfigureAwait(sink.KeepsContext);
    }

    public override void WriteTo(ContentSink sink)
    {
        var gather = new GatheringSink(sink);
        using (Stream compressor = Open(gather))
        {
            try
            {
                _inner.WriteTo(new StreamSink(compressor, sink));
            }
            catch
            {
                gather.Discard();
                throw;
            }
        }

        gather.Flush();
    }

    internal override void AddHeadersTo(HeaderList head)
    {
        base.AddHeadersTo(head);
        _inner.AddHeadersTo(head);
        head.Add("Content-Encoding", _name); // after those of the content itself: codings are listed in the order in which they were applied
    }

    private Stream Open(GatheringSink gather) => _coding switch
    {
        ContentCodings.GZip => new GZipStream(new SinkStream(gather), _level, leaveOpen: true),
        ContentCodings.Brotli => new BrotliStream(new SinkStream(gather), _level, leaveOpen: true),
        _ => new ZLibStream(new SinkStream(gather), _level, leaveOpen: true),
    };
}
