using PollHttp.Loop;

namespace PollHttp.Exchanges;

/// <summary>Represents a call of user code that an exchange causes. It runs where user code runs, with no lock held, never inside the
/// I/O.</summary>
internal abstract class UserCall(Exchange exchange) : ICompletion
{
    /// <summary>Gets a value indicating whether a connection pauses until the call has been made.</summary>
    public virtual bool HoldsConnection => false;

    public bool RunsUserCode => true;

    public ContinuationPolicy Policy => exchange.Engine.Continuations;

    protected Exchange Exchange => exchange;

    /// <summary>
    /// Schedules the call: on the thread that is blocked for the exchange, or where the loop runs user code.
    /// </summary>
    public void Start(PollLoop loop)
    {
        if (exchange.Caller is { } caller)
        {
            caller.Call(this);
        }
        else
        {
            loop.Complete(this);
        }
    }

    public void Complete()
    {
        UserCode.Enter();
        try
        {
            Run();
        }
        finally
        {
            UserCode.Leave();
        }
    }

    /// <summary>Makes the call.</summary>
    protected abstract void Run();
}
