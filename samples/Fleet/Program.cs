using System.Globalization;
using PollHttp.Fleet;
using PollHttp.Fleet.Running;

if (args is ["--silo", var number, var siloPort, var gatewayPort, var cluster])
{
    return await SiloProgram.RunAsync(Int(number), Int(siloPort), Int(gatewayPort), ClusterSettings.Parse(cluster));
}

if (args is ["--help" or "-h"])
{
    Console.WriteLine(Settings.Usage);
    return 0;
}

try
{
    return await new Conductor(Settings.Parse(args)).RunAsync();
}
catch (Exception error) when (error is ArgumentException or SampleException or UriFormatException)
{
    await Console.Error.WriteLineAsync(error.Message);
    return 2;
}

static int Int(string text) => int.Parse(text, CultureInfo.InvariantCulture);
