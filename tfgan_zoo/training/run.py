"""A run: from a compiled GAN and a dataset to a folder of checkpoints, samples, logs and an export."""

import math
import signal
import sys
import time
from collections.abc import Callable, Iterator, Sequence

import tensorflow as tf

from tfgan_zoo.common.watch import progress
from tfgan_zoo.data.source import Source
from tfgan_zoo.machine.distribution import make_train_steps, share_out
from tfgan_zoo.machine.fast_path import SECONDS_AN_EXECUTION, check_device
from tfgan_zoo.machine.precision import computes_in_float16
from tfgan_zoo.serving.export import export
from tfgan_zoo.training.checkpoints import Checkpoints
from tfgan_zoo.training.collapse import CollapseWatch
from tfgan_zoo.training.curves import draw_curves
from tfgan_zoo.training.divergence import check_losses, check_weights
from tfgan_zoo.training.evaluations import Evaluation
from tfgan_zoo.training.event_files import EventFiles
from tfgan_zoo.training.folder import RunFolder
from tfgan_zoo.training.metric_values import read_and_reset
from tfgan_zoo.training.metrics_file import MetricsFile
from tfgan_zoo.training.plan import Plan
from tfgan_zoo.training.profile import Profile
from tfgan_zoo.training.samples import Samples
from tfgan_zoo.training.signals import catching_signals
from tfgan_zoo.training.storage import writing
from tfgan_zoo.training.timetable import EverySteps, Forecast, for_checkpoints, for_pictures
from tfgan_zoo.training.workers import WorkerLost, Workers

NOTHING = -1  # the step to which a run that begins anew cuts what an earlier one left


class Run:
    """Trains a GAN and writes down what comes of it.

    It resumes by itself from the newest intact checkpoint in the folder. Every number is a pure function of the seed
    and the step, so that a run that was interrupted ends as one that was not.

    Args:
        gan: the compiled `GAN`.
        source: the dataset.
        folder: claimed for this run.
        batch_size: real examples per step.
        plan: how far and how often.
        evaluations: the cheap metrics.
        workers: the devices and processes that share the work; the GAN was built in their scope.
        steps_per_execution: how many steps the graph takes before it comes back, duties permitting; None for as many as
            fit in `SECONDS_AN_EXECUTION`. It changes no number.
        profile: how many steps to profile; changes no number either.
        held_out: the dataset whose examples the sample pictures show, for a model that shows some; None for the
            training set.
        begin: sets the weights of a run that begins; None for those that the model was built with.

    Raises:
        UserError: the networks compute in float16, and there is no GPU.
    """

    def __init__(
        self,
        gan,
        source: Source,
        folder: RunFolder,
        batch_size: int,
        plan: Plan,
        evaluations: Sequence[Evaluation] = (),
        workers: Workers | None = None,
        steps_per_execution: int | None = None,
        profile: int = 0,
        held_out: Source | None = None,
        begin: Callable | None = None,
    ):
        if computes_in_float16(gan.networks):
            check_device("mixed_float16")
        self.gan = gan
        self.source = source
        self.workers = workers or Workers()
        self._chiefs_checkpoints = folder.checkpoints
        self.folder = folder = folder if self.workers.is_chief else self.workers.scratch()
        self.batch_size = batch_size
        self.plan = plan
        self.evaluations = evaluations
        self.steps_per_execution = steps_per_execution
        self.profile = profile
        self.begin = begin
        self.checkpoints = Checkpoints(folder.checkpoints, gan)
        self.samples = Samples(gan, source, folder, held_out)
        self.metrics = MetricsFile(folder.metrics)
        self.events = EventFiles(folder.events)
        self.losses: dict[str, float] = {}
        self._train_steps = make_train_steps(gan)
        self._last_log = (time.perf_counter(), 0)
        self._last_save = 0

    def train(self) -> signal.Signals | None:
        """Trains up to the planned step.

        Returns:
            The signal that ended the run before that, or None.

        Raises:
            TrainingDiverged: a loss is NaN or infinite; every checkpoint is from before that.
            StorageFailed: something could not be written; what was written before is whole.
            WorkerLost: another process that trains this run is gone.
        """
        with catching_signals() as caught, self.workers.watching():
            with writing(self.folder.path):
                start = step = self._resume()
            if step >= self.plan.steps:
                with writing(self.folder.path):
                    self._finish(step, is_exported=step in self.folder.exported_steps())
                self._say(f"finished at step {step}. To extend the run, run the same command with --steps={2 * step}.")
                return None
            batch = {"unit": "images", "each": self.batch_size, "notes": self.losses}
            with progress("step", self.plan.steps, start=step, **batch) as show:
                for step in self._steps(start, caught):
                    self._do_duties(step)
                    show(step)
            with writing(self.folder.path):
                return self._stop(step, caught) if step < self.plan.steps else self._finish(step, is_exported=False)

    def _stop(self, step: int, caught: list[signal.Signals]) -> signal.Signals:
        """Saves, and draws what there is unless the machine is about to be taken away."""
        self._save(step)
        if not caught:
            raise WorkerLost(
                f"another worker was stopped; step {step} is saved. To resume, run the same command in all processes."
            )
        self._say(f"stopped at step {step} by {caught[0].name}. To resume, run the same command.")
        if caught[0] == signal.SIGINT and self.workers.num_processes == 1:  # what is drawn takes all processes
            self._leave_results(step, step in self.folder.exported_steps())
        elif caught[0] == signal.SIGINT:
            self._summarize()
        return caught[0]

    def _say(self, text: str) -> None:
        if self.workers.is_chief:
            print(f"{self.folder}: {text}", flush=True)

    def _warn(self, text: str) -> None:
        if self.workers.is_chief:
            print(f"warning: {text}", file=sys.stderr, flush=True)

    def _export(self) -> None:
        self._say(f"exported to {export(self.gan, self.folder.exports, class_names=self.source.class_names)}")

    def _summarize(self) -> None:
        self.samples.animate()
        draw_curves(self.metrics.read(), self.folder.curves)
        self._say(f"samples: {self.folder.samples}, {self.folder.animation}; curves: {self.folder.curves}")

    def _finish(self, step: int, is_exported: bool) -> None:
        """Does what the end of a run calls for and is not there.

        A death after the last checkpoint, or an earlier plan, may have left anything undone. Animation and curves are
        drawn in any case: those that are there may be of an earlier end of the run.
        """
        (is_logged,) = self._agreed(self._last_logged_step() >= step)
        if not is_logged:
            self._log(step)
        self._leave_results(step, is_exported)

    def _leave_results(self, step: int, is_exported: bool) -> None:
        """Draws and exports what a run has come to, as far as that is not there; animation and curves in any case."""
        is_drawn, is_exported = self._agreed(self.folder.picture(step).exists(), is_exported)
        if not is_drawn:
            self._sample(step)
        if self.plan.export and not is_exported:
            self._export()
        self._summarize()

    def _agreed(self, *found: bool) -> list[bool]:
        """Returns what the chief found by its clock, or in the run's folder, which the other processes do not see."""
        said = [int(value and self.workers.is_chief) for value in found]
        return [bool(value) for value in self.workers.sum(*said)]

    def _last_logged_step(self) -> int:
        return max((row["step"] for row in self.metrics.read()), default=NOTHING)

    def trace(self) -> None:
        """Traces the step without running it, so that what does not fit together fails before anything is written."""
        self._train_steps.get_concrete_function(self._batches(0), tf.constant(1))

    def _batches(self, step: int) -> Iterator:
        return iter(share_out(self.gan.batches(self.source, self.batch_size, start_step=step)))

    def _resume(self) -> int:
        step = self._restore()
        for record in (self.metrics, self.events, self.samples):
            record.cut(step if step else NOTHING)
        if step:
            self._say(f"resumes from step {step}")
            # The row of this step may be newer than the checkpoint, and has what was measured until then.
            if all(self._agreed(self._last_logged_step() == step)):
                self.gan.reset_metrics()
        else:
            self.gan.prepare(self.source)
            if self.begin is not None:
                self.begin(self.gan)
            self._sample(0)
        self.watch = CollapseWatch(self.gan, self.source, self.metrics.read())
        self._last_log = (time.perf_counter(), step)
        self._last_save = step
        self._duties = [
            (EverySteps(self.plan.log_every), self._log),
            (for_pictures(self.plan.sample_every), self._sample),
            (for_checkpoints(self.plan.checkpoint_every), self._save),
        ]
        return step

    def _restore(self) -> int:
        """Restores the newest checkpoint: the chief, which puts aside what is damaged, before the others."""
        step = self.workers.of_the_chief(self.checkpoints.restore_newest())
        if step and not self.workers.is_chief:
            Checkpoints(self._chiefs_checkpoints, self.gan).restore(step)
        return step

    def _steps(self, step: int, caught: list[signal.Signals]) -> Iterator[int]:
        """Trains, and yields the step reached after each execution of the graph, none of which skips a duty's step."""
        with Profile(self.folder, self.profile, step, self._say) as profile:
            yield from self._executions(step, caught, profile)

    def _executions(self, step: int, caught: list[signal.Signals], profile: Profile) -> Iterator[int]:
        iterator = self._batches(step)
        forecast = Forecast(self.plan.steps, self._say, self._warn)
        pace = None
        while step < self.plan.steps:
            at_most = self.steps_per_execution or self._steps_at(pace)
            stopped, at_most = self.workers.sum(len(caught), at_most if self.workers.is_chief else 0)
            if stopped:
                break
            count = min(self._until_duty(step), at_most, profile.limit(step), self.plan.steps - step)
            start = time.perf_counter()
            self._train_steps(iterator, tf.constant(count))
            seconds = time.perf_counter() - start
            step += count
            # The first execution traces the graph: its time tells nothing of the pace.
            if pace is not None:
                forecast.look(step, count, seconds)
            pace = math.inf if pace is None else seconds / count
            profile.look(step)
            check_losses(self.gan)
            yield step

    def _steps_at(self, pace: float | None) -> int:
        return 1 if pace is None else max(1, int(SECONDS_AN_EXECUTION / pace))

    def _until_duty(self, step: int) -> int:
        return min(when.steps_left(step) for when, _ in self._duties)

    def _do_duties(self, step: int) -> None:
        are_due = self._agreed(*(when.is_due(step) or step == self.plan.steps for when, _ in self._duties))
        for is_due, (when, duty) in zip(are_due, self._duties, strict=True):
            if is_due:
                with writing(self.folder.path), when.doing():
                    duty(step)

    def _save(self, step: int) -> None:
        if step > self._last_save:
            check_weights(self.gan, step)
            self.checkpoints.save(step)
            self._last_save = step

    def _log(self, step: int) -> None:
        """Writes down what the metrics have measured since the last row; that of a player that had no turn is empty."""
        values = read_and_reset(self.gan)
        self.losses.update((name, values[name]) for name in ("d_loss", "g_loss") if values[name] is not None)
        rate = self._images_per_second(step)
        for evaluation in self.evaluations:
            is_due = step % self.plan.evaluate_every == 0 or step == self.plan.steps
            values |= evaluation.measure() if is_due else dict.fromkeys(evaluation.names)
        values["sample_diversity"] = self.watch.diversity()
        values["collapse"] = self.watch.look(step, values)
        self.metrics.append({"step": step, **values, "images_per_second": rate})
        self.events.write(step, lambda: [tf.summary.scalar(n, v) for n, v in values.items() if v is not None])

    def _images_per_second(self, step: int) -> float | None:
        """Returns the rate since the last row; None where this session has trained no step since."""
        now, (then, earlier) = time.perf_counter(), self._last_log
        self._last_log = (now, step)
        return round((step - earlier) * self.batch_size / (now - then), 1) if step > earlier else None

    def _sample(self, step: int) -> None:
        picture = self.samples.draw(step)
        self.events.write(step, lambda: tf.summary.image("samples", picture[None]))
