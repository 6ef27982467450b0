using System.Reflection;

namespace PollHttp.Parity.Running;

/// <summary>One of the two handlers, made with the same settings by name.</summary>
internal sealed class Subject(bool isOurs) : IDisposable
{
    private readonly List<IDisposable> _made = [];

    public bool IsOurs => isOurs;

    public override string ToString() => isOurs ? nameof(PollHttpHandler) : nameof(SocketsHttpHandler);

    /// <summary>Makes a handler. No proxy from the environment, unless asked for.</summary>
    public HttpMessageHandler Handler(params (string Name, object? Value)[] settings)
    {
        HttpMessageHandler handler = isOurs ? new PollHttpHandler() : new SocketsHttpHandler();
        _made.Add(handler);
        if (!settings.Any(static s => s.Name is nameof(SocketsHttpHandler.UseProxy) or nameof(SocketsHttpHandler.Proxy)))
        {
            Set(handler, nameof(SocketsHttpHandler.UseProxy), false);
        }

        foreach ((string name, object? value) in settings)
        {
            Set(handler, name, value);
        }

        return handler;
    }

    public HttpClient Client(params (string Name, object? Value)[] settings)
    {
        HttpClient client = new(Handler(settings)) { Timeout = TimeSpan.FromSeconds(20) };
        _made.Add(client);
        return client;
    }

    public HttpMessageInvoker Invoker(params (string Name, object? Value)[] settings)
    {
        HttpMessageInvoker invoker = new(Handler(settings));
        _made.Add(invoker);
        return invoker;
    }

    public static void Set(HttpMessageHandler handler, string name, object? value)
    {
        try
        {
            Property(handler, name).SetValue(handler, value);
        }
        catch (TargetInvocationException e)
        {
            System.Runtime.ExceptionServices.ExceptionDispatchInfo.Throw(e.InnerException!);
        }
    }

    public static object? Get(HttpMessageHandler handler, string name) => Property(handler, name).GetValue(handler);

    private static PropertyInfo Property(HttpMessageHandler handler, string name) =>
        handler.GetType().GetProperty(name) ?? throw new InvalidOperationException($"{handler.GetType().Name} has no {name}.");

    public void Dispose()
    {
        for (int i = _made.Count - 1; i >= 0; i--)
        {
            _made[i].Dispose();
        }
    }
}
