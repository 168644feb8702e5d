using System.Runtime.InteropServices;

namespace GradientCI.Cli.Workers;

/// <summary>Lets SIGINT, SIGTERM and SIGHUP end a worker in good order, as long as it is not disposed.</summary>
internal sealed class LeaveSignals : IDisposable
{
    private readonly CancellationTokenSource _leave;
    private readonly PosixSignalRegistration[] _registrations;

    /// <summary>Listens from now on.</summary>
    /// <param name="tell">Called when a signal comes.</param>
    /// <param name="cancellationToken">Leaves, too.</param>
    public LeaveSignals(Action tell, CancellationToken cancellationToken)
    {
        _leave = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        _registrations =
        [
            .. ((PosixSignal[])[PosixSignal.SIGINT, PosixSignal.SIGTERM, PosixSignal.SIGHUP]).Select(each => PosixSignalRegistration.Create(each, signal =>
            {
                signal.Cancel = true;
                tell();
                _leave.Cancel();
            })),
        ];
    }

    /// <summary>Cancelled when it is time to leave.</summary>
    public CancellationToken Token => _leave.Token;

    public void Dispose()
    {
        foreach (var registration in _registrations)
        {
            registration.Dispose();
        }

        _leave.Dispose();
    }
}
