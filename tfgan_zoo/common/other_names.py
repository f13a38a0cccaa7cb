"""What other tools call things, and what is said here instead."""

import re
from collections.abc import Collection

BY_MEANING = {
    "--set=learning_rate={}": "lr learning_rate lr_g lr_d g_lr d_lr base_lr",
    "--set=beta_1={}": "beta1 b1 beta_1 adam_beta1",
    "--set=beta_2={}": "beta2 b2 beta_2 adam_beta2",
    "--set=latent_dim={}": "latent_dim nz z_dim zdim latent_size latent dim_z",
    "--set=width={}": "width ngf ndf ch base_channels",
    "--steps={}": (
        "iterations iters iter niter n_iter max_iter max_iters max_steps num_steps n_steps train_steps total_steps"
    ),
    "--steps=N, where an epoch has (examples / batch size) steps": "epochs epoch n_epochs num_epochs max_epochs kimg",
    "--batch_size={}": "batch bs b batchsize batch_size_per_gpu train_batch_size mini_batch_size",
    "--image_size={}": "size resolution res img_size imsize imgsize image_res load_size crop_size im_size side",
    "--channels={}": "num_channels image_channels img_channels input_nc output_nc nc n_channels",
    "--dataset={}": "dataset_name ds",
    "--dataset=folder:{}": (
        "data dataroot data_root data_path datapath dataset_path dataset_dir dataset_root root image_dir image_folder "
        "image_path images_dir img_dir train_dir train_data_dir input input_dir input_path folder path"
    ),
    "--images={}": "input inputs input_dir image img source images_dir image_dir folder path",
    "--workdir={}": (
        "output outdir out out_dir output_dir output_path save_dir save_path savedir logdir log_dir log_path results "
        "results_dir result_dir name exp exp_dir experiment experiment_dir run_dir rundir model_dir checkpoint_dir "
        "checkpoints_dir ckpt_dir run runs"
    ),
    "--init_from={}": (
        "pretrained pretrained_model pretrained_path finetune fine_tune finetune_from transfer transfer_from "
        "init init_checkpoint initialize_from load load_model load_from load_weights weights from_checkpoint ckpt "
        "ckpt_path checkpoint checkpoint_path resume_pkl resume_from"
    ),
    "--export={}": (
        "model_path model_dir model_file network networks checkpoint ckpt ckpt_path checkpoint_path weights weight "
        "weights_path load load_model pretrained run run_dir rundir workdir generator g"
    ),
    "--out={}": (
        "output outdir out_dir output_dir output_path output_file outfile save save_dir save_path results_dir dest o"
    ),
    "the same command again, which resumes the run in --workdir": (
        "resume resume_training continue continue_train continue_training restore auto_resume load_last restart"
    ),
    "--overwrite": "force fresh from_scratch reset clean",
    "--threads={}": "workers num_workers n_workers n_cpu cpus num_threads n_threads j nproc cores jobs",
    "CUDA_VISIBLE_DEVICES={} in front of the command": "gpu gpus gpu_id gpu_ids device devices device_ids cuda use_gpu",
    "CUDA_VISIBLE_DEVICES= in front of the command, for the CPU": "cpu no_cuda no_gpu nocuda use_cpu",
    "--mixed_precision=mixed_float16, which needs a GPU": "fp16 amp half mixed use_amp use_fp16 float16",
    "--mixed_precision=mixed_bfloat16": "bf16 bfloat16 use_bf16",
    "--seed={}": "random_seed manual_seed manualseed rng rng_seed",
    "--seed={}, the first of --num seeds": "seeds",
    "--model={}": "arch architecture gan gan_type net model_name model_type gan_mode",
    "--loss={}": "gan_loss loss_type adv_loss loss_fn objective criterion",
    "--penalty=r1:{}": "gamma r1_gamma r1 r1_weight",
    "--penalty=gradient:{}": "lambda_gp gp gp_weight gp_lambda gradient_penalty lambda_gradient",
    "--schedule=n_critic:{}": "n_critic ncritic critic_iters d_iters n_dis disc_iters d_steps num_d_steps diters",
    "--ema={}": "ema_decay use_ema ema_rate ema_beta averaging",
    "--checkpoint_every={}": (
        "save_every save_interval save_freq save_epoch_freq save_steps checkpoint_interval checkpoint_freq snap "
        "snapshot_every ckpt_every save_latest_freq"
    ),
    "--sample_every={}": (
        "sample_interval sample_freq display_freq image_every vis_every sample_steps image_snap plot_every"
    ),
    "--log_every={}": "log_interval log_freq print_freq print_every logging_steps log_steps print_interval",
    "--evaluate_every={}": "eval_every eval_freq eval_interval val_every evaluate_interval eval_steps test_every",
    "--num={}": "n num_samples n_samples num_images n_images nsamples samples count number how_many num_test",
    "--labels={}": "class label classes class_idx class_id",
    "--metrics={}": "metric fid measures",
    "--url={}": "host server address endpoint",
    "--port={}": "p server_port rest_api_port",
    "--host={}": "address bind ip listen server server_name",
    "--xla": "jit jit_compile compile",
    "--noxla": "nojit",
    "--fit=pad": "pad padding letterbox keep_aspect",
    "--fit=stretch": "stretch squash",
    "--fit=crop": "crop center_crop",
    "--fit={}": "resize_mode preprocess resize",
    "--traceback": "debug verbose v",
}


DEFAULTS = {"dataset": "PATH", "images": "FOLDER", "workdir": "DIR", "out": "FILE", "export": "RUN", "init_from": "RUN"}


def proposal(flag: str, value: str | None, known: Collection[str], arguments: Collection[str] = ()) -> str | None:
    """Returns what to write instead of a flag of another tool's; None where nothing here means the same.

    Args:
        flag: its name, without dashes in front.
        value: what it was given; None for nothing.
        known: names of the flags of the command.
        arguments: names of the arguments that the command's `--set` gives.
    """
    name = flag.lower().replace("-", "_")
    if name in arguments:
        return f"--set={name}={value or 'VALUE'}"
    for written, names in BY_MEANING.items():
        needed = re.search(r"--(?:no(?=xla))?(\w+)", written)
        if name in names.split() and (needed is None or needed[1] in known):
            return written.format(value or DEFAULTS.get(needed[1] if needed else "", "VALUE"))
    return None
