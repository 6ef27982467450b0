using System.Diagnostics;
using System.Reflection;

namespace PollHttp.Tests;

/// <summary>Runs a static method of the tests in a process of its own: for what ends a process, and for what only a new one shows.</summary>
internal static class ChildProgram
{
    /// <summary>Starts the method with this name, whichever class has it.</summary>
    public static Process Start(string method, params string[] arguments)
    {
        ProcessStartInfo start = new(Environment.ProcessPath!)
        {
            ArgumentList = { "exec", typeof(ChildProgram).Assembly.Location, method },
            RedirectStandardError = true,
            RedirectStandardOutput = true,
        };
        start.Environment["DOTNET_DbgEnableMiniDump"] = "0";
        Array.ForEach(arguments, start.ArgumentList.Add);
        return Process.Start(start)!;
    }

    private static void Main(string[] args)
    {
        MethodInfo method = typeof(ChildProgram).Assembly.GetTypes()
            .SelectMany(static type => type.GetMethods(BindingFlags.Static | BindingFlags.NonPublic | BindingFlags.DeclaredOnly))
            .Single(method => method.Name == args[0]);
        method.Invoke(null, [.. args.Skip(1)]);
    }
}
