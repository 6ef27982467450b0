using System.Buffers;

namespace PollHttp.Cli.Responses;

/// <summary>
/// Writes a body piece by piece: first the part that was held back, then each piece as it arrives. Keeps binary data off a terminal.
/// </summary>
internal sealed class BodyWriter(CommandHost host)
{
    private const int InspectedBytes = 4096;

    private readonly ArrayBufferWriter<byte> _held = new();
    private bool _isInspected;
    private bool _endsLine = true;

    public int HeldBytes => _held.WrittenCount;

    public ReadOnlySpan<byte> Held => _held.WrittenSpan;

    public void Hold(ReadOnlySpan<byte> piece) => _held.Write(piece);

    /// <exception cref="CliException">The body is binary and the output is a terminal, or the output can't be written.</exception>
    public async Task WriteAsync(ReadOnlyMemory<byte> piece)
    {
        await ReleaseAsync().ConfigureAwait(false);
        await WriteCoreAsync(piece).ConfigureAwait(false);
    }

    /// <summary>Writes what is held back, and on a terminal ends the last line.</summary>
    /// <exception cref="CliException">See <see cref="WriteAsync"/>.</exception>
    public async Task EndAsync()
    {
        await ReleaseAsync().ConfigureAwait(false);
        if (host.IsOutputTerminal && !_endsLine)
        {
            await OutputWriting.WriteAsync(host.Output, "\n"u8.ToArray()).ConfigureAwait(false);
        }
    }

    private async Task ReleaseAsync()
    {
        if (_held.WrittenCount > 0)
        {
            await WriteCoreAsync(_held.WrittenMemory).ConfigureAwait(false);
            _held.Clear();
        }
    }

    private async Task WriteCoreAsync(ReadOnlyMemory<byte> piece)
    {
        if (piece.IsEmpty)
        {
            return;
        }

        if (!_isInspected)
        {
            _isInspected = true;
            if (host.IsOutputTerminal && piece.Span[..Math.Min(piece.Length, InspectedBytes)].Contains((byte)0))
            {
                throw new CliException(ExitCode.CannotWrite, "The body is binary: save it with -o FILE, or send it to a pipe.");
            }
        }

        _endsLine = piece.Span[^1] == '\n';
        await OutputWriting.WriteAsync(host.Output, piece).ConfigureAwait(false);
    }
}
