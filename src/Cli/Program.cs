using System.Runtime.InteropServices;
using PollHttp.Cli;
using PollHttp.Cli.Commands;

using CancellationTokenSource interrupt = new();
using PosixSignalRegistration onInterrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Cancel);
using PosixSignalRegistration onTerminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Cancel);
return await new PollHttpCommand(CommandHost.OfProcess()).RunAsync(args, interrupt.Token).ConfigureAwait(false);

void Cancel(PosixSignalContext context)
{
    context.Cancel = !interrupt.IsCancellationRequested; // the second signal ends the process at once
    interrupt.Cancel();
}
