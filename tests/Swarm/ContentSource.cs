using Microsoft.Win32.SafeHandles;

namespace PollHttp.Swarm;

/// <summary>The bytes of one request content, piece by piece, with the trouble that its plan has.</summary>
internal sealed class ContentSource(Call call, ISwarmRun run)
{
    private readonly ContentPlan _plan = call.Plan.Content!;
    private readonly byte[] _buffer = new byte[Math.Max(1, PieceOf(call.Plan.Content!, run))];
    private const int FileOffset = 100;

    private int _sent;
    private bool _hadTrouble;

    /// <summary>Makes the content of a call.</summary>
    public static RequestContent Make(Call call, ISwarmRun run)
    {
        ContentPlan plan = call.Plan.Content!;
        ContentSource source = new(call, run);
        long? length = plan.KnowsLength ? plan.Length : null;
        RequestContent content = plan.Kind switch
        {
            ContentKind.Bytes => RequestContent.FromBytes(Pattern.Make(Pattern.OfContent(call.Plan.Number), plan.Length)),
            ContentKind.Stream => RequestContent.FromStream(new SourceStream(source), length),
            ContentKind.Pieces => RequestContent.FromAsyncEnumerable(source.PiecesAsync(), length),
            ContentKind.Writer => RequestContent.FromWriter(source.WriteAsync, length),
            ContentKind.File => RequestContent.FromFile(FileOf(call), FileOffset, plan.Length),
            ContentKind.Multipart => new Multipart().Add(RequestContent.FromStream(new SourceStream(source), length)),
            ContentKind.Own => new OwnContent(source, length),
            _ => RequestContent.FromHttpContent(new SourceHttpContent(() => new(call, run), length)),
        };
        if (plan.HasTrailers)
        {
            content.Trailers.Add("X-Sum", "done");
        }

        return content;
    }

    /// <summary>Makes a file that has the content in its middle, and is gone when it is closed.</summary>
    private static SafeFileHandle FileOf(Call call)
    {
        SafeFileHandle file = File.OpenHandle(
            Path.Combine(Path.GetTempPath(), Path.GetRandomFileName()), FileMode.CreateNew, FileAccess.ReadWrite, options: FileOptions.DeleteOnClose);
        RandomAccess.Write(file, Pattern.Make(Pattern.OfContent(call.Plan.Number), call.Plan.Content!.Length), FileOffset);
        RandomAccess.Write(file, "behind it"u8, FileOffset + call.Plan.Content.Length);
        return file;
    }

    /// <summary>Gets the next piece, in memory that is overwritten with the next one; empty at the end.</summary>
    public async ValueTask<ReadOnlyMemory<byte>> NextAsync(int most, CancellationToken token)
    {
        call.HasBegunContent = true;
        if (_plan.Trouble == TroubleKind.Elsewhere && _sent > 0)
        {
            await run.GoElsewhere(TimeSpan.Zero).ConfigureAwait(false);
        }

        if (!_hadTrouble && _plan.Trouble != TroubleKind.None && _sent >= Math.Min(_plan.TroubleAt, _plan.Length))
        {
            _hadTrouble = true;
            await TroubleAsync(token).ConfigureAwait(KeepsContext);
        }

        return Take(most);
    }

    /// <summary>Gets the next piece without waiting.</summary>
    public ReadOnlyMemory<byte> Next(int most)
    {
        call.HasBegunContent = true;
        if (_plan.Trouble == TroubleKind.Throw && _sent >= Math.Min(_plan.TroubleAt, _plan.Length))
        {
            throw new PlannedException();
        }

        return Take(most);
    }

    /// <summary>Gets a value indicating whether it goes on where its calls do. The platform's contents ask for no context.</summary>
    private bool KeepsContext => _plan.Trouble != TroubleKind.Elsewhere && _plan.Kind != ContentKind.HttpContent;

    private static int PieceOf(ContentPlan plan, ISwarmRun run) =>
        Math.Max(plan.Piece, plan.Length / (plan.Trouble == TroubleKind.Elsewhere && run.Scenario.IsSimulated ? 20 : 500));

    private ReadOnlyMemory<byte> Take(int most)
    {
        int end = !_hadTrouble && _plan.Trouble != TroubleKind.None ? _plan.TroubleAt : _plan.Length;
        int count = Math.Min(Math.Min(most, _buffer.Length), Math.Max(0, end - _sent));
        Pattern.Fill(Pattern.OfContent(call.Plan.Number), _sent, _buffer.AsSpan(0, count));
        _buffer.AsSpan(count).Clear();
        _sent += count;
        return _buffer.AsMemory(0, count);
    }

    private async Task TroubleAsync(CancellationToken token)
    {
        call.Note($"content: {_plan.Trouble} at {_sent}");
        switch (_plan.Trouble)
        {
            case TroubleKind.Throw:
                throw new PlannedException();
            case TroubleKind.Stall:
                await run.Released.WaitAsync(_plan.Piece == 1000 ? default : token).ConfigureAwait(false);
                break;
            case TroubleKind.Pause:
                await run.Delay(_plan.Pause).ConfigureAwait(KeepsContext);
                break;
            default:
                await run.GoElsewhere(_plan.Pause).ConfigureAwait(false);
                break;
        }
    }

    private async IAsyncEnumerable<ReadOnlyMemory<byte>> PiecesAsync()
    {
        bool elsewhere = _plan.Trouble == TroubleKind.Elsewhere;
        while (await NextAsync(int.MaxValue, default).ConfigureAwait(!elsewhere) is { IsEmpty: false } piece)
        {
            yield return piece;
        }
    }

    private async Task WriteAsync(System.IO.Pipelines.PipeWriter writer, CancellationToken token)
    {
        bool elsewhere = _plan.Trouble == TroubleKind.Elsewhere;
        while (await NextAsync(int.MaxValue, token).ConfigureAwait(!elsewhere) is { IsEmpty: false } piece)
        {
            await writer.WriteAsync(piece, token).ConfigureAwait(!elsewhere);
        }
    }

    private sealed class OwnContent(ContentSource source, long? length) : RequestContent
    {
        public override long? Length => length;

        public override async ValueTask WriteToAsync(ContentSink sink, CancellationToken cancellationToken = default)
        {
            bool elsewhere = source._plan.Trouble == TroubleKind.Elsewhere;
            while (await source.NextAsync(int.MaxValue, cancellationToken).ConfigureAwait(!elsewhere) is { IsEmpty: false } piece)
            {
                await sink.WriteAsync(piece).ConfigureAwait(!elsewhere);
            }
        }
    }
}
