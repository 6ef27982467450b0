namespace PollHttp.Exchanges;

/// <summary>Holds the caller's token of an exchange and the registration with it.</summary>
/// <remarks>Thread safety: <see cref="Register"/> may run while another thread ends the exchange.</remarks>
internal sealed class ExchangeCancellation(CancellationToken token)
{
    private const int Registered = 1;
    private const int Over = 2;
    private CancellationTokenRegistration _registration;
    private int _state;

    public CancellationToken Token => token;

    public void Register(Exchange exchange)
    {
        _registration = token.UnsafeRegister(static state => ((Exchange)state!).Cancel(), exchange);
        if (Interlocked.CompareExchange(ref _state, Registered, 0) == Over)
        {
            _registration.Unregister();
        }
    }

    public void Unregister()
    {
        if (Interlocked.Exchange(ref _state, Over) == Registered)
        {
            _registration.Unregister();
        }
    }
}
