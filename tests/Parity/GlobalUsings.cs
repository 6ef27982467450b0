global using System.Net;
global using System.Text;
global using PollHttp.Parity.Running;
global using Xunit;
