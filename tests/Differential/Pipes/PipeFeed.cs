using System.Buffers;
using System.IO.Pipelines;

namespace PollHttp.Differential;

/// <summary>Writes the same into a pipe and into the body of a response.</summary>
internal sealed class PipeFeed(PipeCase script, BodyScene scene)
{
    private readonly Pipe _pipe = new(new PipeOptions(
        readerScheduler: PipeScheduler.Inline, writerScheduler: PipeScheduler.Inline, pauseWriterThreshold: 0, useSynchronizationContext: false));

    private int _written;
    private bool _isOver;
    private bool _isBroken;
    private bool _isTold;

    /// <summary>Gets the reader of the pipe.</summary>
    public PipeReader Reader => _pipe.Reader;

    /// <summary>Ends a body that its length makes empty.</summary>
    public void Begin() => EndByLength();

    /// <summary>Carries out a step of the server.</summary>
    public async ValueTask DoAsync(PipeStep step)
    {
        if (_isOver)
        {
            return;
        }

        switch (step.Kind)
        {
            case StepKind.Write:
                byte[] bytes = new byte[step.Size];
                for (int i = 0; i < bytes.Length; i++)
                {
                    bytes[i] = (byte)(_written++ % 251);
                }

                scene.Write(bytes);
                await scene.SettleAsync();
                _pipe.Writer.Write(bytes);
                if (!EndByLength())
                {
                    await _pipe.Writer.FlushAsync();
                }

                break;
            case StepKind.End:
                _isOver = true;
                scene.End();
                await scene.SettleAsync();
                await _pipe.Writer.CompleteAsync();
                break;
            case StepKind.Break:
                _isOver = true;
                _isBroken = true;
                if (script.Framing == Framing.UntilClose || step.Size % 2 == 0)
                {
                    scene.Peer!.Reset(afterData: true);
                }
                else
                {
                    scene.Peer!.End(); // amid the body
                }

                await scene.SettleAsync();
                break;
        }
    }

    /// <summary>Has the pipe break off where its reader has examined all that came. What it kept it is given once more where it canceled.</summary>
    public void BreakWhereDue(PipeUser user, bool isReading)
    {
        if (_isBroken && !_isTold && (user.IsWaiting || isReading) && (!user.IsCanceled || _written == user.Consumed) && _written == user.Consumed + user.Examined)
        {
            _isTold = true;
            _pipe.Writer.Complete(new IOException("The body broke off."));
        }
    }

    /// <summary>The last byte and the end come at once where the length is known.</summary>
    private bool EndByLength()
    {
        if (script.Framing != Framing.Length || _written != script.Length)
        {
            return false;
        }

        _isOver = true;
        _pipe.Writer.Complete();
        return true;
    }
}
